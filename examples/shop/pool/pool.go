// Package pool runs jobs on a fixed number of workers. Call [New], then [Pool.Submit], and [Pool.Close] at the end.
package pool

import (
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
)

// ErrBusy says that the queue is full; the caller may drop the job or try later.
var ErrBusy = errors.New("pool: the queue is full")

// Job is one piece of work. Its name appears in the log when it fails.
type Job struct {
	Name string
	Run  func() error
}

// Pool is a queue of jobs and the workers that take from it.
type Pool struct {
	log          *slog.Logger
	jobs         chan Job
	workers      sync.WaitGroup
	done, failed atomic.Int64
}

// New starts the workers. The queue holds up to queue jobs that nobody has begun.
func New(workers, queue int, log *slog.Logger) *Pool {
	p := &Pool{log: log, jobs: make(chan Job, queue)}
	for range workers {
		p.workers.Go(p.worker)
	}
	return p
}

// Submit queues a job without waiting, or gives [ErrBusy]. It must not be called after Close.
func (p *Pool) Submit(job Job) error {
	select {
	case p.jobs <- job:
		return nil
	default:
		return ErrBusy
	}
}

// Close runs what is queued, then ends the workers.
func (p *Pool) Close() {
	close(p.jobs)
	p.workers.Wait()
}

// Counts gives the number of jobs done, of those that failed among them, and of those that wait.
func (p *Pool) Counts() (done, failed int64, waiting int) {
	return p.done.Load(), p.failed.Load(), len(p.jobs)
}

func (p *Pool) worker() {
	for job := range p.jobs {
		err := attempt(job)
		p.done.Add(1)
		if err != nil {
			p.failed.Add(1)
			p.log.Error("job failed", "job", job.Name, "err", err)
		}
	}
}

// attempt turns a panic into an error: one bad job must not end a worker.
func attempt(job Job) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("pool: panic: %v", r)
		}
	}()
	return job.Run()
}
