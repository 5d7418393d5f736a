// Measurements of goapptrace beside its peers. A module of its own, so that peers' libraries stay out of the program's.
module goapptrace/bench

go 1.26.0

require goapptrace v0.0.0

replace goapptrace => ../
