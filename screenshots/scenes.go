package main

import (
	"slices"
	"time"
)

// scene is one picture: a command in a terminal of width × height cells, and what is done there before it is taken.
type scene struct {
	name          string
	command       string // for sh; goapptrace is on its path
	width, height int
	env           []string
	steps         []step
}

// step sends text and keys (tmux's names, separated by spaces), waits for a screen that matches a regular
// expression, and lets it live for a while.
type step struct {
	text, keys string
	wait       string
	linger     time.Duration
}

const (
	shop  = "exec goapptrace run -trimpath ./examples/shop"
	calm  = shop + " -rate 15" // slow enough to stop at a moment worth seeing
	told  = "exec goapptrace run -trimpath --errors --args=orders,store ./examples/shop -rate 60"
	leak  = "exec goapptrace run -trimpath ./examples/shop -leak 1s"
	crash = "exec goapptrace run -trimpath ./examples/crash -after 3s"
	watch = "exec goapptrace watch"
)

// live waits until the shop has been seen for some seconds, so that its figures have settled.
var live = step{wait: `established`, linger: 6 * time.Second}

// order waits until an order is in view.
var order = step{wait: `Bank\)\.Charge(.*\n)+.*\.accept`}

var pause = step{keys: "Space", wait: `paused`}

// failure goes to the last order that failed.
var failure = []step{
	live,
	{keys: "2", wait: `orders\.\(\*Service\)\.Pla\S+ .* \d+! `},
	{keys: "1", wait: `duration`},
	{keys: "[ e", wait: `▸.*!`},
}

var scenes = []scene{
	{name: "calls", command: calm, width: 120, height: 36, steps: []step{live, order, pause}},
	{name: "functions", command: shop, width: 120, height: 36, steps: []step{live, {keys: "2", wait: `self`, linger: time.Second}}},
	{name: "goroutines", command: leak, width: 120, height: 36, steps: []step{live, {keys: "3", wait: `remind +.*↑\+\d\d`}, {keys: "Enter", wait: `▾`, linger: time.Second}}},
	{name: "goroutine", command: leak, width: 120, height: 36, steps: []step{live, {keys: "3", wait: `remind +.*↑\+\d`}, {keys: "Enter", wait: `▾`}, {keys: "Down", wait: `▸ +g\d+`}, {keys: "Enter", wait: `first call`}}},
	{name: "flame", command: shop, width: 120, height: 36, steps: []step{
		live,
		{keys: "4", wait: `since \d`, linger: time.Second},
		{keys: "w", wait: `callers below`},
		{keys: "w", wait: `calls · `, linger: time.Second},
		{keys: "Down", wait: `▸`, linger: time.Second},
	}},
	{name: "output", command: shop, width: 120, height: 36, steps: []step{live, {keys: "7", wait: `slog +g\d+ +ERROR(.*\n)+.*requests`, linger: time.Second}}},
	{name: "errors", command: told, width: 120, height: 36, steps: failure},
	{name: "call", command: told, width: 120, height: 36, steps: append(slices.Clone(failure), step{keys: "Enter", wait: `returned an error`})},
	{name: "filter", command: shop, width: 120, height: 36, steps: []step{
		live,
		{text: "/orders", wait: `orders`},
		{keys: "Enter", wait: `orders\.`, linger: time.Second},
		pause,
	}},
	{name: "help", command: shop, width: 120, height: 36, steps: []step{live, {keys: "?", wait: `╭ Help ─`}}},
	{name: "small", command: told, width: 80, height: 24, steps: failure},
	{name: "wide", command: told, width: 200, height: 60, steps: []step{live, order, pause}},
	{name: "ssh", command: overSSH, width: 120, height: 36, steps: []step{
		{wait: `● shop +\d+ (.*\n)+.*established`, linger: 6 * time.Second},
		{wait: `1 other watches`},
		order, pause,
	}},
	{name: "empty", command: watch, width: 120, height: 36, steps: []step{{wait: `goapptrace run`}}},
	{name: "crashed", command: crash, width: 120, height: 36, steps: []step{{wait: `crashed`, linger: time.Second}}},
}
