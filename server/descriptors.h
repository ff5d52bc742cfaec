/*
 * The descriptors that a server needs to begin with. Thin shell; ends the
 * process where it cannot have them.
 */
#ifndef SERVER_DESCRIPTORS_H
#define SERVER_DESCRIPTORS_H

#include <stddef.h>

/* The first three are taken, by /dev/null where nothing else is there: else a
 * socket would take the place of one that is closed. */
void	 descriptors_standard(void);
/* There may be enough of them; with fewer poll(2) refuses to wait, and nobody
 * could be answered. */
void	 descriptors_want(void);
/* For so many logs there are enough, beside the first: one at least. */
size_t	 descriptors_logs(void);

#endif
