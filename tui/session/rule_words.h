/*
 * What a rule of the room says to people, in the reader's language. Pure; used
 * by the client's parent process.
 */
#ifndef TUI_SESSION_RULE_WORDS_H
#define TUI_SESSION_RULE_WORDS_H

#include <stddef.h>
#include <stdint.h>

struct entry;
struct record;

enum { RULE_WORDS_BYTES = 1024, RULE_WHEN_BYTES = 32 };

/* "bob was muted until 14:31: too loud", with a NUL; returns its length. 0: no
 * rule that is known here; its text is all there is. */
size_t	 rule_words(char dst[RULE_WORDS_BYTES], const struct entry *);
/* The same of one that somebody in a talk has given himself: "bob takes nothing
 * more here". */
size_t	 rule_words_own(char dst[RULE_WORDS_BYTES], const struct entry *);
/* "14:31", and the day before it where that is not the day of from_ms, or the
 * seconds behind it where it is at most two minutes after from_ms. */
void	 rule_words_when(char dst[RULE_WHEN_BYTES], int64_t at_ms,
	    int64_t from_ms);
/* Why a line of ours was not said (RECORD_REFUSED with RECORD_MUTED), which
 * we learnt at wall_ms. */
size_t	 rule_words_muted(char dst[RULE_WORDS_BYTES], const struct record *,
	    int64_t wall_ms);
/* The same for good: "you were muted: too loud". */
size_t	 rule_words_was_muted(char dst[RULE_WORDS_BYTES],
	    const struct record *);

/* The same in a talk: what he takes of us. */
void	 rule_words_unwanted(char dst[RULE_WORDS_BYTES], const struct record *,
	    const char *name);

#endif
