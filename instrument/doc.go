// Package instrument builds Go programs with hooks in their functions, leaving their source alone.
//
// Sort the arguments of a command with [ParseBuild] or [ParseTest], put them into [Options],
// and call [Build] or [Test]. Both plan first: they ask the go command which packages belong to the user's
// main modules, rewrite those packages' files with [Rewrite], and write an overlay that the go command
// reads in place of the originals. Then they run the go command. [NewPlan] only plans.
//
// The packages hook and agent, which hooks need, and values, which [Options.Args] needs, come as sources from [Options.Runtime] and exist in the overlay
// alone, below the main module's own path, where vendor mode, workspaces and every toolchain find them.
//
// Rewritten files are kept by content below the user's cache directory: equal input has equal paths, so the go
// command's cache stays valid from one build to the next.
//
// What goes wrong comes back as one of four kinds of error: [*ExitError] when the program can't be built, hooks or not
// (the go command's own message has been printed, and its status is to be passed on); [*DefectError] when only
// the build with hooks fails; [ErrNothingToHook]; and any other, which says what to do.
package instrument
