// Package linefmt is what printed traces are made of: the JSON objects of --json, each a line ([AppendObject], [AppendCall]), and the
// columns of plain lines ([Clock], [AppendDuration]).
//
// What strangers have sent is a [Text] in JSON. In plain lines it has to be made fit for a terminal by [goapptrace/ui/safe] first.
package linefmt
