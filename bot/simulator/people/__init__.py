"""The people of the embedded messenger: they write, press buttons and send files, alone and in groups."""
