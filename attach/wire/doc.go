// Package wire writes Go values as bytes, and reads them back: what the two ends of an attached screen say to each other.
//
// [Append] and [Decoder.Decode] go by the types alone, so that both ends must have the same ones: [Shape] is a number to compare.
// Equal values have equal bytes, which may be compared instead. Integers are varints, times are Unix times in ns, structs are
// their fields in order. Types with fields that aren't exported need [encoding.BinaryAppender] and [encoding.BinaryUnmarshaler].
//
// Reading is made for hostile input: a value takes no more than some tens of times the memory of its bytes, and no more depth
// than its type has.
package wire
