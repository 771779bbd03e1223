"""The practice page's server side: routes under /practice/ that show the messenger and let people act."""
