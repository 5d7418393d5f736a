package ui

import (
	"fmt"
	"image/color"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/colorprofile"
)

// Backgrounds and texts that terminals have: black, and those of themes that many use.
var grounds = map[bool][]string{
	true:  {"#000000", "#1e1e1e", "#282c34", "#1e1e2e", "#002b36"},
	false: {"#ffffff", "#fafafa", "#fdf6e3"},
}

// faintest is what terminals write with, at its faintest.
var faintest = map[bool]string{true: "#b8b8b8", false: "#383a42"}

// Least contrasts, by WCAG 2.1: for text, and for lines around it, which say nothing by themselves.
const (
	leastContrast = 4.5
	leastLine     = 1.3
)

// luminance is WCAG's relative luminance.
func luminance(c color.Color) float64 {
	r, g, b, _ := c.RGBA()
	channel := func(v uint32) float64 {
		s := float64(v) / 0xffff
		if s <= 0.04045 {
			return s / 12.92
		}
		return math.Pow((s+0.055)/1.055, 2.4)
	}
	return 0.2126*channel(r) + 0.7152*channel(g) + 0.0722*channel(b)
}

func contrast(a, b color.Color) float64 {
	x, y := luminance(a), luminance(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

// colorsOf are the text's colour and the background of a paint, nil for the terminal's own.
func colorsOf(p Paint) (text, ground color.Color, reversed bool) {
	codes := strings.Split(strings.TrimSuffix(strings.TrimPrefix(p.on, "\x1b["), "m"), ";")
	number := func(i int) uint8 {
		n, _ := strconv.Atoi(codes[i])
		return uint8(n)
	}
	for i := 0; i < len(codes); i++ {
		switch codes[i] {
		case "7":
			reversed = true
		case "38", "48":
			var c color.Color
			kind := codes[i]
			if codes[i+1] == "5" {
				c = lipgloss.ANSIColor(number(i + 2))
				i += 2
			} else {
				c = color.RGBA{number(i + 2), number(i + 3), number(i + 4), 255}
				i += 4
			}
			if kind == "38" {
				text = c
			} else {
				ground = c
			}
		}
	}
	return text, ground, reversed
}

// paints are all paints of the styles, by name.
func paints(v reflect.Value, name string, all map[string]Paint) {
	switch v.Kind() {
	case reflect.Struct:
		if p, ok := v.Interface().(Paint); ok {
			all[name] = p
			return
		}
		for i := range v.NumField() {
			paints(v.Field(i), name+"."+v.Type().Field(i).Name, all)
		}
	case reflect.Array:
		for i := range v.Len() {
			paints(v.Index(i), fmt.Sprintf("%s[%d]", name, i), all)
		}
	}
}

// All texts can be read on all backgrounds: that of the terminal, that of the chosen row, and their own.
func TestContrast(t *testing.T) {
	for _, profile := range []colorprofile.Profile{colorprofile.TrueColor, colorprofile.ANSI256} {
		for _, dark := range []bool{true, false} {
			s := NewStyles(dark, profile)
			all := map[string]Paint{}
			paints(reflect.ValueOf(*s), "", all)
			if len(all) < 50 {
				t.Fatalf("%d paints", len(all))
			}
			_, selected, _ := colorsOf(s.List.Selected)
			for name, p := range all {
				text, ground, _ := colorsOf(p)
				least := leastContrast
				switch {
				case strings.HasPrefix(name, ".Pane.") && strings.HasSuffix(name, "Border"):
					least = leastLine
				case strings.HasSuffix(name, ".Edge"), strings.HasSuffix(name, ".Line"):
					continue // of boxes, which have texts of their own
				case strings.HasPrefix(name, ".Heat."):
					continue // cells of pictures
				}
				if text == nil {
					text = lipgloss.Color(faintest[dark])
				}
				var on []color.Color
				switch {
				case ground != nil:
					on = []color.Color{ground}
				default:
					for _, g := range grounds[dark] {
						on = append(on, lipgloss.Color(g))
					}
					if least == leastContrast {
						on = append(on, selected)
					}
				}
				worst := slices.MinFunc(on, func(a, b color.Color) int {
					if contrast(text, a) < contrast(text, b) {
						return -1
					}
					return 1
				})
				if got := contrast(text, worst); got < least {
					r, g, b, _ := worst.RGBA()
					t.Errorf("%v, dark %v: %s has a contrast of %.2f on #%02x%02x%02x, want %.1f", profile, dark, name, got, r>>8, g>>8, b>>8, least)
				}
			}
		}
	}
}
