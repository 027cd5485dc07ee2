"""What people get to see of events: which ones, in which words, as a feed or a newsletter."""
