// Package attach shows a store that lives elsewhere: the screen is drawn here, and only what is in view crosses the network.
//
// The end that has the store calls [Serve] for each connection. The other calls [Open], and gives what that returns to the
// screen as [ui.Config.Remote].
//
// # How the screen asks
//
// Panes ask while a frame is drawn, and a frame never waits for the network. A [Client] keeps the answers to what the latest
// frames asked; a question without an answer goes out at once and suspends the pane that asked ([ui.ErrPending]), which stays as
// it is until the answer has come. A frame all of whose questions have answers is complete. Then the client watches these questions:
// it sends them together, and the other end answers as soon as something has changed, a few times a second at most, with the answers
// that are other ones by now. So a picture changes as a whole, and nothing crosses the network while nothing happens or nobody
// draws. What the user does outside of frames (a jump to the next error) waits for its answer, for a moment; commands wait for as
// long as it takes. What goes through the log in slices (flames, timelines, studies) does so where the log is.
//
// How much comes is bounded: for pictures and watched answers the client asks no sooner than a budget of bytes a second allows.
//
// # What crosses
//
// Each end begins with a [greeting], which tells whether they are the same version. Then both directions are compressed as
// one stream each, in frames: a length, a kind, a number and a value of package wire. A frame is no longer than a limit; nothing that
// comes in is trusted. What a viewer may do to sessions is decided by the [ui.Commander] that the serving end gives.
//
// # Coming back
//
// When a connection breaks, the client connects anew, with growing patience, and asks again what was asked. IDs of sessions and
// numbers of calls stay, so that the screen goes on where it was. A store that isn't the same any more has another identity:
// then all is forgotten.
package attach
