package instrument

// BuildFlag says whether go build has a flag of that name (without its dash), and whether it takes a value.
func BuildFlag(name string) (takesValue, known bool) {
	kind, known := lookFlag(name, []map[string]flagKind{buildFlags})
	return kind.value, known
}
