package main

import (
	"cmp"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"maps"
	"os"
	"slices"
)

// shrink halves a picture's sides, as the renderer draws four pixels where one does, and leaves it some of its colours.
func shrink(file string) (err error) {
	big, err := readPNG(file)
	if err != nil {
		return err
	}
	out, err := os.Create(file)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, out.Close(), os.Chmod(file, 0o644)) }()
	encoder := png.Encoder{CompressionLevel: png.BestCompression}
	return encoder.Encode(out, reduce(halve(big)))
}

func readPNG(file string) (image.Image, error) {
	in, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	picture, err := png.Decode(in)
	if err != nil {
		return nil, fmt.Errorf("%q: %w", file, err)
	}
	return picture, nil
}

// reduce keeps the most frequent colours and takes the nearest of them for any other: edges of letters have many.
func reduce(p *image.RGBA) *image.Paletted {
	const most = 96
	count := map[color.RGBA]int{}
	for y := range p.Rect.Dy() {
		for x := range p.Rect.Dx() {
			count[p.RGBAAt(x, y)]++
		}
	}
	frequent := slices.SortedFunc(maps.Keys(count), func(a, b color.RGBA) int {
		return cmp.Or(cmp.Compare(count[b], count[a]), cmp.Compare(number(a), number(b)))
	})
	var kept color.Palette
	for _, c := range frequent[:min(most, len(frequent))] {
		kept = append(kept, c)
	}
	nearest := map[color.RGBA]uint8{}
	for c := range count {
		nearest[c] = uint8(kept.Index(c))
	}
	out := image.NewPaletted(p.Rect, kept)
	for y := range p.Rect.Dy() {
		for x := range p.Rect.Dx() {
			out.SetColorIndex(x, y, nearest[p.RGBAAt(x, y)])
		}
	}
	return out
}

// number tells colours apart, for an order that is always the same.
func number(c color.RGBA) uint32 { return uint32(c.R)<<16 | uint32(c.G)<<8 | uint32(c.B) }

// halve makes one opaque pixel, their mean, of each two by two.
func halve(big image.Image) *image.RGBA {
	from := big.Bounds()
	small := image.NewRGBA(image.Rect(0, 0, from.Dx()/2, from.Dy()/2))
	for y := range small.Rect.Dy() {
		for x := range small.Rect.Dx() {
			small.SetRGBA(x, y, mean(big, from.Min.X+2*x, from.Min.Y+2*y))
		}
	}
	return small
}

func mean(p image.Image, x, y int) color.RGBA {
	var r, g, b uint32 // of 16 bits each
	for i := range 4 {
		r1, g1, b1, _ := p.At(x+i%2, y+i/2).RGBA()
		r, g, b = r+r1, g+g1, b+b1
	}
	return color.RGBA{uint8(r >> 10), uint8(g >> 10), uint8(b >> 10), 0xff}
}
