package main

import (
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"testing"
)

func TestShrinkHalvesAndMeans(t *testing.T) {
	big := image.NewRGBA(image.Rect(0, 0, 5, 4))
	for x, v := range []uint8{10, 20, 30, 40} {
		for y := range 4 {
			big.SetRGBA(x, y, color.RGBA{v, v, 0, 0xff})
		}
	}
	file := filepath.Join(t.TempDir(), "p.png")
	out, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := png.Encode(out, big); err != nil {
		t.Fatal(err)
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
	if err := shrink(file); err != nil {
		t.Fatal(err)
	}
	small, err := readPNG(file)
	if err != nil {
		t.Fatal(err)
	}
	if size := small.Bounds().Size(); size != image.Pt(2, 2) {
		t.Errorf("size %v", size)
	}
	if got := color.RGBAModel.Convert(small.At(1, 1)); got != (color.RGBA{35, 35, 0, 0xff}) {
		t.Errorf("mean %v", got)
	}
}
