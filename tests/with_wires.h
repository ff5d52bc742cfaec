/*
 * Machines on wires that can be cut, for programs under test: a network
 * namespace for the test itself, one more for each machine, and a rule of
 * nftables between them that drops without a word. Nothing of it is seen
 * outside, and all of it goes with the test. Where it cannot be made, that is
 * said, and a test that needs it is skipped.
 */
#ifndef TESTS_WITH_WIRES_H
#define TESTS_WITH_WIRES_H

#include <stdbool.h>
#include <stddef.h>

enum { WIRES = 8, WIRES_ADDRESS = 16 };

/* So many machines; before anything else of the test runs. False: it cannot be
 * here, as is told on stderr. */
bool	 wires_begin(size_t n);
/* What is begun then runs on machine i, until wires_leave. */
void	 wires_enter(size_t i);
void	 wires_leave(void);
/* Where machine i is reached, by the others and by the test. */
void	 wires_address(char dst[WIRES_ADDRESS], size_t i);
/* No byte of TCP reaches it from another machine, nor leaves it: datagrams go,
 * and what the test itself asks of it. */
void	 wires_cut(size_t i);
void	 wires_mend(size_t i);
/* Nothing does, as if its plug were pulled; and of the test neither. */
void	 wires_unplug(size_t i);
void	 wires_plug_in(size_t i);

#endif
