package instrument

// BuildFlag says whether go build and go run have a flag of that name (without its dash), and whether it takes a value.
func BuildFlag(name string) (takesValue, known bool) {
	kind, known := lookFlag(name, []map[string]flagKind{buildFlags, runFlags})
	return kind.value, known
}
