"""WhatsApp through the Cloud API: citizens only; officers stay in their Telegram group."""
