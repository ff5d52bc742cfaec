/*
 * The condition of the link, and of the room in a window.
 */
#ifndef TUI_SHARED_RECORD_STATE_H
#define TUI_SHARED_RECORD_STATE_H

#include <stdbool.h>
#include <stdint.h>

enum record_phase {
	RECORD_IDLE,		/* no name yet */
	RECORD_JOINING,
	RECORD_ONLINE,
	RECORD_LOST		/* was online; keeps trying */
};

/* Too much for the room at a time; its disk is full. */
enum record_held { RECORD_HELD_NOT, RECORD_HELD_RATE, RECORD_HELD_DISK };

struct record_state {		/* the link's condition, for the title */
	enum record_phase phase;
	uint32_t	 phase_ms;	/* how long already */
	int32_t		 rtt_ms;	/* -1: not known */
	int32_t		 loss_permille;	/* -1: not known */
	uint32_t	 people;	/* 0: not known */
	uint32_t	 pending;	/* own lines not taken yet */
	enum record_held held;		/* why they are not */
	bool		 ended;		/* lost: the server said that it ends */
};

#endif
