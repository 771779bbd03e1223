"""The people of a messenger that gives no numbers: who they are, when they last wrote, its message ids."""
