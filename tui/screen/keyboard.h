/*
 * What the terminal sends, byte by byte, made into keys: characters and the
 * mouse's reports, which may come in several reads. Pure.
 */
#ifndef TUI_SCREEN_KEYBOARD_H
#define TUI_SCREEN_KEYBOARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct key;

enum { KEYBOARD_REPORT_BYTES = 32 };

enum keyboard_report {
	KEYBOARD_NONE,
	KEYBOARD_SGR,		/* numbers: "64;5;5M" */
	KEYBOARD_X10		/* three bytes */
};

/* Zeroed: nothing has come. */
struct keyboard {
	char		 bytes[4];	/* of a character */
	size_t		 len;
	enum keyboard_report report;	/* that is being read */
	char		 reported[KEYBOARD_REPORT_BYTES];
	size_t		 reported_len;
};

/*
 * Takes a byte of a character, which get_wch(3) would lose, and the rest of the
 * read with it, where it comes in several. True when it is complete, or a byte
 * that starts none: handed on as it is, edit_insert makes U+FFFD of it.
 */
bool	 keyboard_gather(struct keyboard *, int byte, struct key *);
/* A report follows. */
void	 keyboard_report(struct keyboard *, enum keyboard_report);
/*
 * Takes a byte of it. False: it is none, the report was broken off. With the
 * last one *code is set, and there is no report any more: only the wheel has a
 * meaning here.
 */
bool	 keyboard_take_report(struct keyboard *, int byte, uint32_t *code);

#endif
