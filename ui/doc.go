// Package ui is the terminal program: a Bubble Tea root over a [goapptrace/model.Store] and the panes that it arranges.
//
// Call [Run] with a [Config]; [New] returns the model alone, for another program to run. The root is the only tea.Model:
// it routes keys and the mouse (a question or prompt first, then the global keys, then the focused pane), and draws at
// most 30 frames a second, none while nothing changes. A frame asks the model for the rows that it shows and no more.
//
// Whatever a traced program names reaches the screen, the title and the clipboard through [goapptrace/ui/safe].
package ui
