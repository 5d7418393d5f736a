package main

import (
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"os"
)

// shrink halves a picture's sides: the renderer draws four pixels where two do.
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
	return encoder.Encode(out, halve(big))
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

// halve makes one opaque pixel, their mean, of each two by two.
func halve(big image.Image) image.Image {
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
