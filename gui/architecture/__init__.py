"""What the experiment panel is made of: a draft, and the fields that change it."""
