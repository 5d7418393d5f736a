package query

import (
	"math"
	"slices"
	"strings"
)

// Field is what a row is asked for.
type Field uint8

// The fields. The zero one is what words are looked for in.
const (
	FieldText        Field = iota
	FieldFunc              // name of the function, as stack traces print it
	FieldPackage           // see [Package]
	FieldFile              // with its directories
	FieldSession           // name of the program
	FieldSessionID         // a number
	FieldDuration          // ns
	FieldGoroutine         // a number
	FieldDepth             // a number
	FieldEnd               // one of the ends
	FieldArgs              // of a call, as text
	FieldResults           // the same
	FieldError             // text of the error that a call returned
	FieldSpan              // what a call does as a whole, such as the name of a test
	FieldCalls             // a number
	FieldRate              // calls a second
	FieldTotal             // ns
	FieldSelf              // ns
	FieldMean              // ns
	FieldP50               // ns
	FieldP90               // ns
	FieldP99               // ns
	FieldMax               // ns
	FieldErrors            // a number, as are the next three
	FieldPanics            //
	FieldOpen              // calls that have not returned
	FieldLost              // events
	FieldMode              // one of the modes
	FieldType              // of a packet
	FieldDirection         // in or out
	FieldBytes             // a number
	FieldStream            // stdout, stderr, log or slog
	FieldLevel             // of package slog: INFO, WARN+2; see [Level]
	FieldLevelRank         // see [Level]
	FieldPID               // a number
	FieldHost              //
	FieldState             // of a session or a goroutine
	FieldEntry             // function that a goroutine began with
	FieldCreator           // function that started it
	FieldParent            // number of the goroutine that did
	FieldAge               // ns
	FieldInCalls           // ns
	FieldOrigin            // yes or no: an error or a panic began in the call
	FieldRateFunc          // see [Measure], as are the next ones
	FieldRatePackage       //
	FieldRateSession       //
	FieldRepeats           //
	FieldTogether          // ns, of repeats
	FieldGrowth            //
	FieldWatcher           // name of the watcher that has found it
	FieldTimes             // how often, a number
)

// FieldSet is a set of fields.
type FieldSet uint64

// Set is the set of some fields.
func Set(fields ...Field) (s FieldSet) {
	for _, f := range fields {
		s |= 1 << f
	}
	return s
}

// Holds says whether all fields of o are in s.
func (s FieldSet) Holds(o FieldSet) bool { return o&^s == 0 }

// sort is what a field's values are.
type sort uint8

const (
	texts     sort = iota // compared as they are
	paths                 // equal without what stands before a slash, too
	choices               // one of a list, letter case ignored
	names                 // the same without a list
	durations             // ns
	counts
	sizes // bytes
	goroutines
	levels
	sessions
	measures
)

// field is a field as it is typed.
type field struct {
	name   string
	field  Field
	sort   sort
	kinds  kinds
	about  string
	values []string
}

// kinds is a set of kinds of rows.
type kinds uint8

// of is the set of some kinds. Watchers ask for whatever there is of calls.
func of(list ...Kind) (k kinds) {
	for _, kind := range list {
		k |= 1 << kind
	}
	if k.has(Calls) {
		k |= 1 << Watches
	}
	return k
}

func (k kinds) has(kind Kind) bool { return k>>kind&1 != 0 }

func (k kinds) names() (list []string) {
	for kind := range numKinds {
		if k.has(kind) && (kind != Watches || !k.has(Calls)) {
			list = append(list, kind.String())
		}
	}
	return list
}

// ends are how a call can end.
var ends = []string{"return", "error", "panic", "open", "lost"}

var fields = []field{
	{"func", FieldFunc, paths, of(Calls, Functions, Goroutines, Findings), "name of the function", nil},
	{"pkg", FieldPackage, paths, of(Calls, Functions, Goroutines, Findings), "package of the function", nil},
	{"file", FieldFile, paths, of(Calls, Functions, Findings), "file of the function", nil},
	{"watcher", FieldWatcher, names, of(Findings), "name of the watcher that has found it", nil},
	{"times", FieldTimes, counts, of(Findings), "how often it was found", nil},
	{"dur", FieldDuration, durations, of(Calls), "time that the call took", nil},
	{"dur", FieldDuration, durations, of(Findings), "time that the newest call took", nil},
	{"g", FieldGoroutine, goroutines, of(Calls, Output, Goroutines), "number of the goroutine", nil},
	{"g", FieldGoroutine, goroutines, of(Findings), "goroutine of the newest call", nil},
	{"entry", FieldEntry, paths, of(Goroutines, Watches, Findings), "function that the goroutine began with", nil},
	{"by", FieldCreator, paths, of(Goroutines), "function that started the goroutine", nil},
	{"parent", FieldParent, goroutines, of(Goroutines), "number of the goroutine that started it", nil},
	{"state", FieldState, choices, of(Goroutines), "what the goroutine is doing", []string{"live", "idle", "quiet", "cut", "ended"}},
	{"age", FieldAge, durations, of(Goroutines), "time since its first call", nil},
	{"incalls", FieldInCalls, durations, of(Goroutines), "time that it was in traced calls", nil},
	{"depth", FieldDepth, counts, of(Calls), "traced calls around the call", nil},
	{"depth", FieldDepth, counts, of(Goroutines), "traced calls that the goroutine is in", nil},
	{"end", FieldEnd, choices, of(Calls), "how the call ended", ends},
	{"end", FieldEnd, choices, of(Findings), "how the newest call ended", ends},
	{"error", FieldError, texts, of(Calls), "text of the error that the call returned", nil},
	{"error", FieldError, texts, of(Findings), "text of the error that the newest call returned", nil},
	{"args", FieldArgs, texts, of(Calls), "arguments", nil},
	{"args", FieldArgs, texts, of(Findings), "arguments of the newest call", nil},
	{"results", FieldResults, texts, of(Calls), "results", nil},
	{"span", FieldSpan, texts, of(Calls, Goroutines), "name of the test or task that the call is", nil},
	{"calls", FieldCalls, counts, of(Watches), "calls of the function so far", nil},
	{"origin", FieldOrigin, choices, of(Watches), "whether the error or panic began in the call", []string{"yes", "no"}},
	{"rate(func)", FieldRateFunc, measures, of(Watches), "such calls of one function in a second", nil},
	{"rate(pkg)", FieldRatePackage, measures, of(Watches), "such calls of one package in a second", nil},
	{"rate(session)", FieldRateSession, measures, of(Watches), "such calls of one program in a second", nil},
	{"repeats(func)", FieldRepeats, measures, of(Watches), "such calls of one function that one call made", nil},
	{"together", FieldTogether, durations, of(Watches), "time that the repeated calls took together", nil},
	{"growth(entry)", FieldGrowth, measures, of(Watches), "goroutines that one function began, and that only came", nil},
	{"calls", FieldCalls, counts, of(Functions, Sessions, Goroutines), "number of calls", nil},
	{"rate", FieldRate, counts, of(Functions, Sessions), "calls a second", nil},
	{"total", FieldTotal, durations, of(Functions), "time in all calls", nil},
	{"self", FieldSelf, durations, of(Watches), "time of the call without the traced calls that it made", nil},
	{"self", FieldSelf, durations, of(Functions), "the same without the traced calls that they made", nil},
	{"mean", FieldMean, durations, of(Functions), "mean time of a call", nil},
	{"p50", FieldP50, durations, of(Functions), "time that half of the calls took at most", nil},
	{"p90", FieldP90, durations, of(Functions), "time that 90 of a hundred calls took at most", nil},
	{"p99", FieldP99, durations, of(Functions), "time that 99 of a hundred calls took at most", nil},
	{"max", FieldMax, durations, of(Functions), "time of the longest call", nil},
	{"errors", FieldErrors, counts, of(Functions, Goroutines), "calls that returned an error", nil},
	{"panics", FieldPanics, counts, of(Functions, Goroutines), "calls that were left by a panic", nil},
	{"running", FieldOpen, counts, of(Functions, Sessions), "calls that have not returned", nil},
	{"lost", FieldLost, counts, of(Functions, Sessions), "events lost", nil},
	{"mode", FieldMode, choices, of(Functions), "how the function is traced", []string{"full", "count", "off", "held"}},
	{"type", FieldType, names, of(Packets), "type of the packet", nil},
	{"dir", FieldDirection, choices, of(Packets), "in: from the program; out: to it", []string{"in", "out"}},
	{"bytes", FieldBytes, sizes, of(Packets, Sessions), "size", nil},
	{"stream", FieldStream, choices, of(Output), "where the line was written", []string{"stdout", "stderr", "log", "slog"}},
	{"level", FieldLevel, levels, of(Output), "level of a logged line", []string{"debug", "info", "warn", "error"}},
	{"session", FieldSession, sessions, of(Calls, Functions, Packets, Output, Sessions, Goroutines, Findings), "name or number of the session", nil},
	{"pid", FieldPID, counts, of(Sessions, Findings), "number of the process", nil},
	{"host", FieldHost, names, of(Sessions), "host of the program", nil},
	{"state", FieldState, names, of(Sessions), "state of the session", []string{"established", "closing", "closed", "refused", "lost"}},
}

// flag is a word that stands for a condition.
type flag struct {
	name  string
	kinds kinds
	means string
	about string
}

var flags = []flag{
	{"err", of(Calls), "end = error", "returned an error"},
	{"panic", of(Calls), "end = panic", "left by a panic"},
	{"open", of(Calls), "end = open", "has not returned"},
	{"err", of(Findings), `end = error or "err"`, "newest call returned an error, or a name has it"},
	{"panic", of(Findings), `end = panic or "panic"`, "newest call was left by a panic, or a name has it"},
	{"open", of(Findings), `end = open or "open"`, "newest call has not returned, or a name has it"},
	{"origin", of(Watches), "origin = yes", "the error or panic began in it"},
	{"err", of(Functions, Goroutines), "errors > 0", "has calls that returned an error"},
	{"panic", of(Functions, Goroutines), "panics > 0", "has calls that were left by a panic"},
	{"open", of(Functions), "running > 0", "has calls that have not returned"},
	{"err", of(Output), "level >= error or stream = stderr", "logged as an error, or on stderr"},
	{"live", of(Sessions), "state = established", "is traced now"},
	{"live", of(Goroutines), "state = live", "is in a traced call"},
	{"idle", of(Goroutines), "state = idle or state = quiet", "is in no traced call"},
	{"ended", of(Goroutines), "state = ended", "has returned from what it began with"},
}

// lookup finds the field that name means for rows of a kind; ok is false when they have none of that name.
func lookup(name string, kind Kind) (f *field, ok bool) {
	i := slices.IndexFunc(fields, func(f field) bool { return f.name == strings.ToLower(name) && f.kinds.has(kind) })
	if i < 0 {
		return nil, false
	}
	return &fields[i], true
}

// flagged is what the word means for rows of a kind.
func flagged(word string, kind Kind) (means string, ok bool) {
	i := slices.IndexFunc(flags, func(f flag) bool { return f.name == strings.ToLower(word) && f.kinds.has(kind) })
	if i < 0 {
		return "", false
	}
	return flags[i].means, true
}

// unknown says why rows of a kind have no such field, and which have.
func unknown(at int, name string, kind Kind) *Error {
	var others kinds
	for _, f := range fields {
		if f.name == strings.ToLower(name) {
			others |= f.kinds
		}
	}
	switch {
	case others != 0:
		return failure(at, "%s have no %s, only %s", kind, name, alternatives(others.names()))
	case near(name, kind) != "":
		return failure(at, "no field %s: %s? A text with an operator in it goes in quotes", name, near(name, kind))
	}
	return failure(at, "no field %s. A text with an operator in it goes in quotes", name)
}

// near is a field that may have been meant.
func near(name string, kind Kind) string {
	for _, f := range fields {
		if f.kinds.has(kind) && (strings.HasPrefix(f.name, name) || strings.HasPrefix(name, f.name) && len(f.name) > 1) {
			return f.name
		}
	}
	return ""
}

// Package is the package of a function whose name is as the runtime prints it: example.com/shop/store of
// example.com/shop/store.(*DB).Load.
func Package(name string) string {
	end := len(name)
	if i := strings.IndexAny(name, "(["); i >= 0 {
		end = i
	}
	slash := strings.LastIndexByte(name[:end], '/') + 1
	if dot := strings.IndexByte(name[slash:end], '.'); dot >= 0 {
		return name[:slash+dot]
	}
	return name[:end]
}

// Level is the rank of a level of package slog, such as "WARN+2": DEBUG is -4, INFO 0, WARN 4 and ERROR 8. It is NaN of any
// other text.
func Level(text string) float64 {
	base, offset := text, 0.0
	if i := strings.IndexAny(text, "+-"); i >= 0 {
		v, err := number(strings.TrimPrefix(text[i:], "+"), nil)
		if err != "" {
			return math.NaN()
		}
		base, offset = text[:i], v
	}
	for i, known := range []string{"debug", "info", "warn", "error"} {
		if strings.EqualFold(base, known) {
			return 4*float64(i-1) + offset
		}
	}
	return math.NaN()
}
