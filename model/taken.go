package model

import (
	"reflect"
	"slices"
)

// The allocator gives memory in steps. A store that is to stay within its budget for hours has to count these: what is
// left over differs by how large things are, and so by what programs do.

// page is the step of what is larger than those of sizes.
const page = 8 << 10 // bytes

// sizes are those in which smaller things are allocated, in bytes, up to four pages.
var sizes = allocatorSizes()

// allocatorSizes asks the allocator what it gives for a byte more than the step before.
func allocatorSizes() (sizes []int) {
	for n := 0; n < 4*page; {
		n = cap(append([]byte(nil), make([]byte, n+1)...))
		sizes = append(sizes, n)
	}
	return sizes
}

// taken is how many bytes of memory something of n bytes takes.
func taken(n int) int {
	if n <= 0 {
		return 0
	}
	if n > sizes[len(sizes)-1] {
		return (n + page - 1) / page * page
	}
	i, _ := slices.BinarySearch(sizes, n)
	return sizes[i]
}

// takenBy is how many bytes a pointer to a struct of slices and strings refers to, as packets are.
func takenBy(pointer any) int {
	v := reflect.ValueOf(pointer)
	if v.Kind() != reflect.Pointer || v.IsNil() {
		return 0
	}
	v = v.Elem()
	sum := taken(int(v.Type().Size()))
	for i := range v.NumField() {
		switch f := v.Field(i); f.Kind() {
		case reflect.String:
			sum += taken(f.Len())
		case reflect.Slice:
			sum += taken(f.Cap()*int(f.Type().Elem().Size())) + takenByTexts(f)
		}
	}
	return sum
}

// takenByTexts is what the elements of a slice of strings refer to.
func takenByTexts(list reflect.Value) (sum int) {
	if list.Type().Elem().Kind() != reflect.String {
		return 0
	}
	for i := range list.Len() {
		sum += taken(list.Index(i).Len())
	}
	return sum
}
