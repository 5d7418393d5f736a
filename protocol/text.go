package protocol

// Text is a string that a peer chose: a name, a path, a line of log. It may hold anything, control sequences
// of terminals included, and must be cleaned where it is shown. A type of its own keeps it from getting there unseen.
type Text string
