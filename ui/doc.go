// Package ui is the terminal program: a Bubble Tea root over a [goapptrace/model.Store] and the panes that it arranges.
package ui
