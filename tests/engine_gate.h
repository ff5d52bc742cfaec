/* Who is let in by the next HS3, whatever is in it. */
#ifndef TESTS_ENGINE_GATE_H
#define TESTS_ENGINE_GATE_H

#include "server/gate.h"

extern struct gate_arrival engine_arrival;

#endif
