// Package agent stands in for the real one. It needs its siblings, and a newer language than some modules ask for.
package agent

import (
	_ "net" // as the real one does

	. "goapptrace/protocol"
	"goapptrace/tracee/hook"
)

var Func = Same[hook.Func]

var linked bool
