package model

// Store is all that is known.
type Store struct{}

// Session is what is known of one connection.
type Session struct{}
