package query

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"
)

// row is a row for tests. A missing text is empty, a missing number zero.
type row map[Field]string

func (r row) Text(f Field) string { return r[f] }

func (r row) Number(f Field) float64 {
	if f == FieldLevelRank {
		return Level(r[FieldLevel])
	}
	if d, err := time.ParseDuration(r[f]); err == nil {
		return float64(d)
	}
	v, _ := strconv.ParseFloat(r[f], 64)
	return v
}

var load = row{
	FieldText: "example.com/shop/store.(*DB).Load", FieldFunc: "example.com/shop/store.(*DB).Load",
	FieldPackage: "example.com/shop/store", FieldFile: "/src/shop/store/db.go", FieldSession: "shop", FieldSessionID: "3",
	FieldDuration: "12ms", FieldGoroutine: "17", FieldDepth: "4", FieldEnd: "error", FieldError: `no such order "x"`,
}

var line = row{FieldText: "retrying order 17: not found", FieldStream: "slog", FieldLevel: "WARN+2", FieldGoroutine: "17"}

var frame = row{FieldText: "FuncLogBatch in 4,096 events", FieldType: "FuncLogBatch", FieldDirection: "in", FieldBytes: "20480"}

var function = row{FieldText: "main.work", FieldFunc: "main.work", FieldPackage: "main", FieldErrors: "2", FieldSelf: "3ms", FieldRate: "1500"}

var goroutine = row{
	FieldText: "g17\nmain.worker", FieldGoroutine: "17", FieldParent: "3", FieldState: "idle", FieldEntry: "main.worker", FieldAge: "12s", FieldCalls: "8",
}

func TestMatch(t *testing.T) {
	rows := map[Kind]row{Goroutines: goroutine, Calls: load, Output: line, Packets: frame, Functions: function}
	tests := []struct {
		kind Kind
		text string
		want bool
	}{
		{Calls, "", true},
		{Calls, "LOAD", true},
		{Calls, "store.(*DB).Load", true},
		{Calls, "store.(*D", true},
		{Calls, "(*DB).load", true},
		{Calls, "((*DB).load)", true},
		{Calls, "(store or nothing)", true},
		{Calls, "store nothing", false},
		{Calls, `"(*db)"`, true},
		{Calls, `func ~ "store\."`, true},
		{Calls, `func ~ ^example.*(Save|Load)$`, true},
		{Calls, `func !~ store\.`, false},
		{Calls, "func = store.(*DB).Load", true},
		{Calls, "func = (*DB).Load", false},
		{Calls, "func=Load", false},
		{Calls, "pkg = store", true},
		{Calls, "pkg != store", false},
		{Calls, "file = db.go", true},
		{Calls, "session = SHOP and session = 3", true},
		{Calls, "session != shop", false},
		{Calls, "session != 4", true},
		{Calls, "dur > 10ms", true},
		{Calls, "dur>12ms", false},
		{Calls, "dur >= 12ms and dur <= 12ms", true},
		{Calls, "dur < 12ms or dur != 12ms", false},
		{Calls, "g = 17", true},
		{Calls, "g=g17", true},
		{Calls, "depth < 5", true},
		{Calls, "depth > 3.5 and depth < 1k", true},
		{Calls, "err", true},
		{Calls, "panic or open or lost", false},
		{Calls, "ERR && !panic", true},
		{Calls, "not (err and dur > 10ms)", false},
		{Calls, "not err or not panic", true},
		{Calls, "!(panic||open)", true},
		{Calls, `error ~ "\"x\"$"`, true},
		{Calls, `error = "no such order \"x\""`, true},
		{Calls, "end = Error", true},
		{Calls, "err nothing or dur > 10ms", true},
		{Calls, "err (nothing or dur > 10ms) store", true},
		{Output, "ORDER", true},
		{Output, "warn+", true},
		{Output, "panic", false},
		{Output, `"17: not found"`, true},
		{Output, "level >= warn and level < error", true},
		{Output, "level = warn", false},
		{Output, "level = warn+2", true},
		{Output, "err", false},
		{Output, "stream = slog g=17", true},
		{Packets, "type = funclogbatch dir = in bytes > 19k", true},
		{Packets, "bytes >= 21KiB", false},
		{Functions, "err self > 1ms rate > 1.4k", true},
		{Functions, "errors > 2", false},
		{Functions, "panic", false},
		{Goroutines, "worker idle and parent = g3 and age > 10s", true},
		{Goroutines, "entry = main.worker and not live and calls < 9", true},
		{Goroutines, "state = quiet or ended", false},
	}
	for _, tt := range tests {
		f, err := Compile(tt.text, tt.kind)
		if err != nil {
			t.Errorf("%s: %s: %v", tt.kind, tt.text, err)
			continue
		}
		if got := f.Match(rows[tt.kind]); got != tt.want {
			t.Errorf("%s: %s: %v, want %v", tt.kind, tt.text, got, tt.want)
		}
		if f.String() != tt.text {
			t.Errorf("%s is called %q", tt.text, f)
		}
	}
}

func TestErrors(t *testing.T) {
	tests := []struct {
		kind Kind
		text string
		at   int
		want string
	}{
		{Calls, "dur > ", 6, "a value is missing"},
		{Calls, "dur > and err", 6, "with a unit"},
		{Calls, "dur > && err", 6, `expected a value, not "&&"`},
		{Calls, "größe > 1", 0, "no field größe"},
		{Calls, "äöü and dur > x", 14, "dur is a time with a unit"},
		{Calls, "dur > 10", 6, "such as 10ms"},
		{Calls, "dur ~ 10", 6, "dur is a number"},
		{Calls, "func > x", 7, "func is a text"},
		{Calls, "func ~ (", 7, "not a regular expression: missing closing ): ("},
		{Calls, `func ~ "` + strings.Repeat("(.?){999}", 100) + `"`, 7, "up to 256"},
		{Calls, `func ~ "a{100}" or error ~ "b{100}"`, 27, "up to 256"},
		{Calls, `"no end`, 0, "doesn't end"},
		{Calls, "(err", 4, `"and", "or" or ")" is missing`},
		{Calls, "(err or", 7, "a field or a text is missing"},
		{Calls, "err)", 3, `expected "and" or "or", not ")"`},
		{Calls, "and err", 0, `expected a field or a text, not "and"`},
		{Calls, "err and", 7, "a field or a text is missing"},
		{Calls, "> 5", 0, `a field is missing before ">"`},
		{Calls, "id=17", 0, "goes in quotes"},
		{Calls, "durr > 1s", 0, "dur?"},
		{Calls, "rate > 5", 0, "calls have no rate, only functions or sessions"},
		{Packets, "err and dur > 5ms", 8, "packets have no dur, only calls"},
		{Goroutines, "dur > 5ms", 0, "goroutines have no dur, only calls or findings"},
		{Findings, "err and depth > 5", 8, "findings have no depth, only calls or goroutines"},
		{Calls, "times > 5", 0, "calls have no times, only findings"},
		{Goroutines, "state = dead", 8, "live, idle, quiet, cut or ended"},
		{Calls, "rate(func) > 5", 0, "calls have no rate(func), only watchers"},
		{Watches, "rate(func) < 5", 0, "a watcher asks for more than so much"},
		{Watches, "repeats(func) > 5 and self > 1ms", 22, "beside repeats"},
		{Watches, "repeats(func) > 5 and origin", 22, "beside repeats"},
		{Watches, "err and together > 5ms", 0, "makes sense beside that alone"},
		{Watches, "repeats(func) > 5 and together < 5ms", 22, "more than so much"},
		{Watches, "rate(func) > fast", 13, "such as 17 or 1.5k"},
		{Watches, "rate(func) > 5 and rate(pkg) > 5", 19, "one measure at most"},
		{Watches, "err or rate(func) > 5", 7, "stands by itself"},
		{Watches, "not repeats(func) > 5", 4, "stands by itself"},
		{Watches, "rate(func) > 5 and dur > 1ms", 19, "beside a rate"},
		{Watches, "repeats(func) > 5 and args ~ x", 22, "beside repeats"},
		{Watches, "growth(entry) > 5 and (err)", 23, "beside growth"},
		{Watches, "dur > 1s and open", 13, "when they are over"},
		{Watches, "entry = main.worker", 0, "without a measure"},
		{Watches, "bytes > 5", 0, "watchers have no bytes, only packets or sessions"},
		{Output, "level > loud", 8, "debug, info, warn or error"},
		{Calls, "end = soon", 6, "return, error, panic, open or lost"},
		{Calls, "g = x", 4, "g is a number"},
		{Functions, "calls > 5x", 8, "such as 17 or 1.5k"},
		{Calls, strings.Repeat("x", MaxLength+1), MaxLength, "up to 1024 characters"},
		{Calls, strings.Repeat("(", 100), maxNesting, "parentheses"},
		{Calls, strings.Repeat("not ", 100), 4 * maxNesting, "parentheses"},
	}
	for _, tt := range tests {
		_, err := Compile(tt.text, tt.kind)
		var e *Error
		if !errors.As(err, &e) {
			t.Errorf("%s: %v", tt.text, err)
			continue
		}
		if e.At != tt.at || !strings.Contains(e.Message, tt.want) || e.Text != tt.text {
			t.Errorf("%s: at %d %q, want at %d %q", tt.text, e.At, e.Message, tt.at, tt.want)
		}
		if n := len([]rune(e.Before())); n != tt.at {
			t.Errorf("%s: %d characters before", tt.text, n)
		}
	}
}

// Whatever is known of a row, May must not rule out one that passes.
func TestMay(t *testing.T) {
	known := Set(FieldFunc, FieldPackage, FieldText)
	for text, want := range map[string]bool{
		"store and dur > 10ms": true, "nothing and dur > 10ms": false, "nothing or dur > 10ms": true,
		"not store and err": false, "not (store and err)": true, "not (store or err)": false, "pkg = store": true, "dur > 1h": true,
	} {
		f, err := Compile(text, Calls)
		if err != nil {
			t.Fatal(err)
		}
		if got := f.May(load, known); got != want {
			t.Errorf("%s: %v", text, got)
		}
	}
}

func TestNeedle(t *testing.T) {
	for text, want := range map[string]string{
		"": "", "Load": "Load", `"a \"b\""`: `a "b"`, "a b": "", "err": "", "not a": "", "dur > 1s": "", "(a)": "",
	} {
		f, err := Compile(text, Calls)
		if err != nil {
			t.Fatal(err)
		}
		if got := f.Needle(); got != want {
			t.Errorf("%s: %q", text, got)
		}
	}
}

func TestPackage(t *testing.T) {
	for name, want := range map[string]string{
		"main.main": "main", "main.(*Server).order": "main", "example.com/shop/store.(*DB).Load": "example.com/shop/store",
		"example.com/a.b/c.F[example.com/x.T]": "example.com/a.b/c", "main.f.func1": "main", "": "", "odd": "odd", "(": "",
	} {
		if got := Package(name); got != want {
			t.Errorf("%q: %q", name, got)
		}
	}
}

func TestComplete(t *testing.T) {
	known := func(f Field) []string {
		switch f {
		case FieldFunc:
			return []string{"main.work", "store.(*DB).Load", "store.Save all"}
		case FieldType:
			return []string{"Ping", "FuncLogBatch"}
		}
		return nil
	}
	tests := []struct {
		kind     Kind
		text     string // with | where the cursor is
		from, to int
		want     string // the first candidates
	}{
		{Calls, "d|", 0, 1, "dur ,depth "},
		{Calls, "err and d|", 8, 9, "dur ,depth "},
		{Calls, "dur |", 4, 4, "> ,< ,>= ,<= ,= ,!= "},
		{Calls, "dur > |", 6, 6, "100us ,1ms ,10ms ,100ms ,1s "},
		{Calls, "dur > 10|", 6, 8, "100us ,10ms ,100ms "},
		{Calls, "dur >|", 5, 5, "100us ,1ms ,10ms ,100ms ,1s "},
		{Calls, "func = st|", 7, 9, `store.(*DB).Load ,"store.Save all" `},
		{Calls, "func = load|", 7, 11, `store.(*DB).Load `},
		{Calls, `func ~ "store.(|`, 7, 15, `"store\.\(\*DB\)\.Load" `},
		{Calls, "store.(*|", 0, 8, "store.(*DB).Load "},
		{Calls, "err |", 4, 4, "and ,or "},
		{Calls, "err a|", 4, 5, "and ,args "},
		{Calls, "err an| dur > 5ms", 4, 6, "and "},
		{Calls, "end = |", 6, 6, "return ,error ,panic ,open ,lost "},
		{Packets, "type=|", 5, 5, "FuncLogBatch ,Ping "},
		{Packets, "dur = |", 6, 6, ""},
		{Watches, "ra|", 0, 2, "rate(func) ,rate(pkg) ,rate(session) "},
		{Watches, "err and rate(func) |", 19, 19, "> ,>= "},
		{Watches, "repeats(func) > 5 and du|", 22, 24, "dur "},
		{Output, "level |", 6, 6, ">= ,= ,!= ,> ,< ,<= "},
	}
	for _, tt := range tests {
		before, after, _ := strings.Cut(tt.text, "|")
		c := Complete(before+after, len([]rune(before)), tt.kind, known)
		var got []string
		for _, candidate := range c.Candidates {
			got = append(got, candidate.Text)
		}
		if c.From != tt.from || c.To != tt.to || strings.Join(got, ",") != tt.want {
			t.Errorf("%s: %d to %d: %q, want %d to %d: %q", tt.text, c.From, c.To, strings.Join(got, ","), tt.from, tt.to, tt.want)
		}
	}
}

func FuzzCompile(f *testing.F) {
	for _, text := range []string{
		"", `func ~ "store\."`, "dur > 10ms and err", "g = 17", "not (a or b)", "store.(*DB).Load", `"\"`, "a && !b || c", "x = = (", "level>=warn",
		"!", "(*", ")(", "`raw", "session=3", "\x00\xff", "error !~ `x`",
	} {
		f.Add(text, len(text))
	}
	f.Fuzz(func(t *testing.T, text string, at int) {
		for kind := range numKinds {
			filter, err := Compile(text, kind)
			if err == nil {
				once := filter.Match(load)
				if again, err := Compile(filter.String(), kind); err != nil || again.Match(load) != once {
					t.Fatalf("%q means something else the second time: %v", text, err)
				}
				if turned, err := Compile("not ( "+text+" )", kind); err == nil && filter != nil && turned.Match(load) == once {
					t.Fatalf("not (%q) is the same", text)
				}
				if once && !filter.May(load, Set(FieldFunc, FieldText)) {
					t.Fatalf("%q passes, but may not", text)
				}
			}
			var e *Error
			if err != nil && (!errors.As(err, &e) || e.At < 0 || len(e.Before()) > len(text)) {
				t.Fatalf("%q: %v", text, err)
			}
			c := Complete(text, at, kind, func(Field) []string { return []string{"main.main", "a b"} })
			if n := len([]rune(text)); c.From < 0 || c.From > c.To || c.To > n {
				t.Fatalf("%q: complete %d to %d", text, c.From, c.To)
			}
		}
	})
}

func BenchmarkCompile(b *testing.B) {
	for _, text := range []string{"load", "dur > 10ms and err", `func ~ "store\." and (g = 17 or depth < 5) and not panic`} {
		b.Run(fmt.Sprint(len(text), " characters"), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Compile(text, Calls); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// plainRow is a row as cheap as they come, so that the filter is measured.
type plainRow struct{}

func (plainRow) Text(f Field) string {
	if f == FieldEnd {
		return "error"
	}
	return "example.com/shop/store.(*DB).Load"
}
func (plainRow) Number(Field) float64 { return 17 }

func BenchmarkMatch(b *testing.B) {
	for _, text := range []string{"LOAD", "dur > 10ms and err", `func ~ "store\.(Save|Load)"`, "err and (g = 17 or depth < 5) and not panic"} {
		b.Run(text, func(b *testing.B) {
			f, err := Compile(text, Calls)
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			for b.Loop() {
				f.Match(plainRow{})
			}
		})
	}
}

func TestWatch(t *testing.T) {
	tests := []struct {
		text string
		of   Field // of the measure
		rest bool  // whether the call passes the rest
	}{
		{"dur > 10ms", FieldText, true},
		{"panic", FieldText, false},
		{`err and error ~ "no such"`, FieldText, true},
		{"dur > 10ms and calls > 5", FieldText, true},
		{"err and origin", FieldText, true},
		{"rate(func) > 1k", FieldRateFunc, true},
		{"rate(pkg)>=1k and (err or panic)", FieldRatePackage, true},
		{"panic rate(session) > 1k", FieldRateSession, false},
		{"repeats(func) > 20 and dur > 1ms", FieldRepeats, true},
		{"growth(entry) > 5 and entry ~ worker", FieldGrowth, false},
	}
	call := row{FieldCalls: "6", FieldOrigin: "yes"}
	for k, v := range load {
		call[k] = v
	}
	for _, tt := range tests {
		f, err := Compile(tt.text, Watches)
		if err != nil {
			t.Errorf("%s: %v", tt.text, err)
			continue
		}
		of := FieldText
		if m := f.Measure(); m != nil {
			of = m.Of
		}
		if got := f.Match(call); of != tt.of || got != tt.rest {
			t.Errorf("%s: a measure of %d, the rest %v", tt.text, of, got)
		}
	}
	f, err := Compile("rate(func) > 1k and err", Watches)
	if err != nil {
		t.Fatal(err)
	}
	if f, err := Compile("together > 1ms and f and repeats(func) > 3", Watches); err != nil || f.Measure().Together() != 1e6+1 || f.Measure().Of != FieldRepeats {
		t.Errorf("%v, %v", f.Measure(), err)
	}
	if m := f.Measure(); m.Exceeded(1000) || !m.Exceeded(1001) {
		t.Error("1000 and 1001 are the same to > 1k")
	}
}
