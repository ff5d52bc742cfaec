/*
 * What a rule of the room says to people, in the reader's language. Pure; used
 * by the client's parent process.
 */
#ifndef TUI_RULE_WORDS_H
#define TUI_RULE_WORDS_H

#include <stddef.h>
#include <stdint.h>

struct entry;
struct record;

enum { RULE_WORDS_BYTES = 1024 };

/* "bob was muted until 14:31: too loud", with a NUL; returns its length. 0: no
 * rule that is known here; its text is all there is. */
size_t	 rule_words(char dst[RULE_WORDS_BYTES], const struct entry *);
/* Why a line of ours was not said (RECORD_REFUSED with RECORD_MUTED), which
 * we learnt at wall_ms. */
size_t	 rule_words_muted(char dst[RULE_WORDS_BYTES], const struct record *,
	    int64_t wall_ms);

#endif
