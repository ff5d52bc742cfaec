/*
 * Where what was sent is found again: what was said to one alone is brought by
 * Up in his window, and in no other. Parent process.
 */
#include "tui/session/session_state.h"

struct recall *
session_sent(const struct session *s)
{
	return s->w->talk != NULL ? s->w->talk->recall : s->recall;
}
