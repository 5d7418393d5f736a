package values

import (
	"reflect"
	"runtime/debug"
	"strconv"
	"time"
	"unicode/utf8"

	"goapptrace/tracee/hook"
)

// The limits of what is written.
const (
	maxText     = 512 // bytes in all
	maxString   = 64  // bytes of a string
	maxElements = 8
	maxDepth    = 3
)

const ellipsis = "…"

// printer writes values into a buffer of limited size.
type printer struct {
	buf   []byte
	full  bool
	fault bool // what debug.SetPanicOnFault was
}

// newPrinter also makes bad memory a panic, until release: what another goroutine changes meanwhile may look like a pointer.
func newPrinter() *printer {
	return &printer{buf: make([]byte, 0, maxText), fault: debug.SetPanicOnFault(true)}
}

func (p *printer) release() { debug.SetPanicOnFault(p.fault) }

// text writes s, or as much of it as there is room for.
func (p *printer) text(s string) {
	if p.full {
		return
	}
	if room := maxText - len(ellipsis) - len(p.buf); len(s) > room {
		s, p.full = cut(s, room)+ellipsis, true
	}
	p.buf = append(p.buf, s...)
}

// cut returns the first n bytes of s, less half a character.
func cut(s string, n int) string {
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

// value writes v, which may hold as many levels of other values.
func (p *printer) value(v reflect.Value, depth int) {
	if p.full {
		return
	}
	if !v.IsValid() {
		p.text("nil")
		return
	}
	if callMethods && p.method(v) || p.known(v) {
		return
	}
	switch v.Kind() {
	case reflect.Bool:
		p.text(strconv.FormatBool(v.Bool()))
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		p.text(strconv.FormatInt(v.Int(), 10))
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		p.text(strconv.FormatUint(v.Uint(), 10))
	case reflect.Uintptr:
		p.address(uintptr(v.Uint()))
	case reflect.Float32, reflect.Float64:
		p.text(strconv.FormatFloat(v.Float(), 'g', -1, v.Type().Bits()))
	case reflect.Complex64, reflect.Complex128:
		p.text(strconv.FormatComplex(v.Complex(), 'g', -1, v.Type().Bits()))
	case reflect.String:
		p.quoted(v.String(), v.Len())
	case reflect.Interface:
		p.value(v.Elem(), depth)
	default:
		p.compound(v, depth)
	}
}

func (p *printer) compound(v reflect.Value, depth int) {
	switch v.Kind() {
	case reflect.Array:
		p.elements(v, depth)
	case reflect.Slice:
		p.slice(v, depth)
	case reflect.Struct:
		p.structure(v, depth)
	case reflect.Pointer:
		p.pointer(v, depth)
	default: // a map, a channel, a function, an unsafe.Pointer
		p.opaque(v)
	}
}

// quoted writes a string of which there are length bytes.
func (p *printer) quoted(s string, length int) {
	if len(s) > maxString {
		s = cut(s, maxString)
	}
	p.text(strconv.Quote(s))
	if len(s) < length {
		p.text(ellipsis + strconv.Itoa(length))
	}
}

func (p *printer) address(a uintptr) { p.text("0x" + strconv.FormatUint(uint64(a), 16)) }

// elements writes those of an array or a slice.
func (p *printer) elements(v reflect.Value, depth int) {
	if depth == 0 {
		p.opaque(v)
		return
	}
	n := v.Len()
	p.text("[")
	for i := range min(n, maxElements) {
		if i > 0 {
			p.text(" ")
		}
		p.value(v.Index(i), depth-1)
	}
	if n > maxElements {
		p.text(" " + ellipsis + strconv.Itoa(n))
	}
	p.text("]")
}

func (p *printer) slice(v reflect.Value, depth int) {
	switch {
	case v.IsNil():
		p.text("nil")
	case raceEnabled:
		p.opaque(v)
	case v.Type().Elem().Kind() == reflect.Uint8:
		n := v.Len()
		p.quoted(string(v.Slice(0, min(n, maxString)).Bytes()), n)
	default:
		p.elements(v, depth)
	}
}

func (p *printer) structure(v reflect.Value, depth int) {
	t := v.Type()
	p.text(t.Name())
	if depth == 0 || workings(t) {
		p.text("{" + ellipsis + "}")
		return
	}
	p.text("{")
	for i := range v.NumField() {
		if i > 0 {
			p.text(", ")
		}
		if p.full {
			return
		}
		name := t.Field(i).Name
		p.text(name + ": ")
		if hook.Redacted(name) {
			p.text(redacted)
		} else {
			p.value(v.Field(i), depth-1)
		}
	}
	p.text("}")
}

func (p *printer) pointer(v reflect.Value, depth int) {
	switch {
	case v.IsNil():
		p.text("nil")
	case depth == 0 || raceEnabled || workings(v.Type().Elem()):
		p.opaque(v)
	default:
		p.text("&")
		p.value(v.Elem(), depth-1)
	}
}

// opaque writes what v is, and how much it holds, but not what.
func (p *printer) opaque(v reflect.Value) {
	switch v.Kind() {
	case reflect.Map, reflect.Slice, reflect.Chan:
		if v.IsNil() {
			p.text("nil")
			return
		}
		p.text(v.Type().String() + "(" + strconv.Itoa(v.Len()) + ")")
	case reflect.Func, reflect.UnsafePointer:
		if v.IsNil() {
			p.text("nil")
			return
		}
		p.text(v.Type().String())
	default:
		p.text(v.Type().String())
	}
}

// known writes values of a few types of the standard library as their users know them.
func (p *printer) known(v reflect.Value) bool {
	switch v.Type() {
	case durationType:
		p.text(time.Duration(v.Int()).String())
	case timeType:
		if !v.CanInterface() {
			return false
		}
		// The first look at the local time zone reads TZ: that is the program's to do, when it has set it.
		p.text(v.Interface().(time.Time).UTC().Format(time.RFC3339Nano))
	default:
		return false
	}
	return true
}

var (
	durationType = reflect.TypeFor[time.Duration]()
	timeType     = reflect.TypeFor[time.Time]()
)

// workings says that values of the type are about how the program works, change all the time, and say nothing to a reader.
func workings(t reflect.Type) bool {
	switch t.PkgPath() {
	case "context", "internal/sync", "net", "os", "reflect", "runtime", "sync", "sync/atomic", "testing", "time":
		return true
	}
	return false
}
