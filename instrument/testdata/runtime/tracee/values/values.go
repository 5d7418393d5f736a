// Package values stands in for the one that turns values into text.
package values

import "goapptrace/tracee/hook"

func Args(*hook.Func, string, ...any) {}

func Results(t *hook.Func, _ string, _ ...any) { t.Leave() }
