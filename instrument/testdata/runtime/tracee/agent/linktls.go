package agent

import "goapptrace/tracee/secure"

func init() { linked = secure.Linked }
