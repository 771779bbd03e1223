"""The embedded Cloud API: a strict server of WhatsApp's HTTP interface, webhooks, and people with phones."""
