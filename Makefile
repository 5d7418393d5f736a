# The project's chores. `make help` lists them; .ci/run does what a clean machine must do.

FUZZTIME ?= 10s
LENGTH   ?= 1h
LINT     := bin/golangci-lint

.DEFAULT_GOAL := help
.PHONY: help build check fmt lint vet race nocolor test fuzz soak hour bench screenshots publicmodules

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

build: ## build the program into ./goapptrace
	go build -o goapptrace .

check: lint vet race nocolor ## format, lint, vet, race detector with shuffled tests, a run without colours

fmt: $(LINT) ## format the source
	$(LINT) fmt

lint: $(LINT) ## check the format and lint
	$(LINT) run

vet: ## go vet, of the bench module too
	go vet ./...
	cd bench && go vet ./...

# faults/, e2e/ and the scripts of instrument/ test processes that are built without the detector.
race:
	go test -race -shuffle=on $$(go list ./... | grep -v -e /faults$$ -e /e2e$$ -e /instrument$$)
	go test -race -shuffle=on -short ./instrument

nocolor:
	NO_COLOR=1 go test -count=1 ./ui/...

test: ## run all tests
	go test ./...

fuzz: ## fuzz each target for FUZZTIME (10s)
	tools/fuzz $(FUZZTIME)

soak: ## kill, stop and starve programs and viewers for ten minutes, and say what was measured
	go test ./faults -count=1 -v -timeout 1h -soak

hour: ## trace a program at full rate for LENGTH (1h), and check that no memory grows (needs tmux)
	go run ./faults/hour -length $(LENGTH)

bench: ## measure the hook beside its peers, the screen with ten million calls, and viewers over SSH
	cd bench && go run .
	go test ./ui -run '^$$' -bench '^Benchmark(Frame|Key|Open|Filter|Idle)$$' -benchtime 1x -timeout 30m
	go test ./remote -run '^$$' -bench '^BenchmarkRemote$$' -benchtime 1x -timeout 30m

screenshots: ## make the pictures in screenshots/ from the running program (needs tmux)
	go run ./screenshots

publicmodules: ## run the tests of public modules in instrumented builds
	go run ./scripts/publicmodules
	go test ./e2e -count=1 -run TestQuestions/11 -public

# The linter comes from its own module at the pinned version, whatever the machine has installed.
$(LINT): tools/lint/go.mod tools/lint/go.sum
	go build -C tools/lint -o $(abspath $@) github.com/golangci/golangci-lint/v2/cmd/golangci-lint
