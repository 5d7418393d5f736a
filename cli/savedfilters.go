package cli

import "goapptrace/ui"

// savedFilters are the user's filters.
var savedFilters = userList{
	file: "filters", what: "saved filters",
	header: "# Filters with names, as goapptrace's screen offers them at / and ctrl+r: one \"name: filter\" a line.\n",
}

// userFilters are the user's filters, and what keeps them. What can't be read isn't written over. What is no filter with
// a name is passed over.
func userFilters() (list []ui.SavedFilter, keep func([]ui.SavedFilter) error) {
	_, lines, err := savedFilters.read()
	if err != nil {
		return nil, func([]ui.SavedFilter) error { return err }
	}
	for _, line := range lines {
		if e, ok := cutEntry(line); ok && e.text != "" {
			list = append(list, ui.SavedFilter{Name: e.name, Text: e.text})
		}
	}
	return list, keepFilters
}

func keepFilters(list []ui.SavedFilter) error {
	entries := make([]entry, len(list))
	for i, f := range list {
		entries[i] = entry{f.Name, f.Text}
	}
	return savedFilters.write(entries)
}
