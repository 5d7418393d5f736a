package ui

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"

	"goapptrace/protocol"
	"goapptrace/ui/safe"
)

// mostElements and mostText bound what is shown of a list, and of a text.
const (
	mostElements = 64
	mostText     = 4096
)

// packetFields lists the fields of a packet by name, those of structs within it as a.b.
func packetFields(p protocol.Packet) []entry {
	return appendFields(nil, "", reflect.ValueOf(p))
}

func appendFields(to []entry, name string, v reflect.Value) []entry {
	for v.Kind() == reflect.Pointer {
		if v.IsNil() {
			return append(to, entry{label: name, value: "nil"})
		}
		v = v.Elem()
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			to = appendFields(to, join(name, v.Type().Field(i).Name), v.Field(i))
		}
		return to
	case reflect.Slice:
		return appendElements(to, name, v)
	}
	return append(to, entry{label: name, value: fieldValue(name, v)})
}

func join(name, field string) string {
	if name == "" {
		return field
	}
	return name + "." + field
}

// appendElements lists structs one by one, and numbers and texts in a row.
func appendElements(to []entry, name string, v reflect.Value) []entry {
	if v.Type().Elem().Kind() == reflect.Uint8 {
		return append(to, entry{label: name, value: formatBytes(uint64(v.Len()))})
	}
	shown := min(v.Len(), mostElements)
	label := name + "[" + strconv.Itoa(v.Len()) + "]"
	if v.Len() == 0 || v.Type().Elem().Kind() != reflect.Pointer {
		values := make([]string, shown, shown+1)
		for i := range shown {
			values[i] = fieldValue(name, v.Index(i))
		}
		if shown < v.Len() {
			values = append(values, "…")
		}
		return append(to, entry{label: label, value: strings.Join(values, " ")})
	}
	for i := range shown {
		to = append(to, entry{label: name + "[" + strconv.Itoa(i) + "]", value: oneLine(v.Index(i))})
	}
	if shown < v.Len() {
		to = append(to, entry{label: label, value: "… and " + formatGrouped(uint64(v.Len()-shown)) + " more"})
	}
	return to
}

// oneLine is a struct with all its fields.
func oneLine(v reflect.Value) string {
	var parts []string
	for _, f := range appendFields(nil, "", v) {
		parts = append(parts, f.label+"="+f.value)
	}
	return strings.Join(parts, " ")
}

func fieldValue(name string, v reflect.Value) string {
	switch v.Kind() {
	case reflect.String:
		if name == "ClientSecret" && v.Len() > 0 {
			return "(not shown)"
		}
		s := v.String()
		return `"` + safe.Text(protocol.Text(s[:min(len(s), mostText)])) + `"`
	case reflect.Uintptr:
		return fmt.Sprintf("%#x", v.Uint())
	case reflect.Int, reflect.Int64:
		return strconv.FormatInt(v.Int(), 10) + wallClock(name, v.Int())
	case reflect.Uint64:
		return strconv.FormatUint(v.Uint(), 10)
	}
	return safe.String(fmt.Sprint(v.Interface()))
}

// wallClock reads the fields that hold Unix time in ns.
func wallClock(name string, ns int64) string {
	switch name[strings.LastIndexByte(name, '.')+1:] {
	case "StartTime", "WallClock", "Timestamp":
		if ns != 0 {
			return " (" + time.Unix(0, ns).Format("2006-01-02 15:04:05.000000") + ")"
		}
	}
	return ""
}
