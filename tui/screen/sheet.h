/*
 * A frame in one write: curses writes each of its moves by itself, which costs
 * a system call, on the other side a wake, and over a network a packet. The
 * client's parent process.
 */
#ifndef TUI_SCREEN_SHEET_H
#define TUI_SCREEN_SHEET_H

#include <stdbool.h>

struct sheet {
	int	 paper;		/* a file in memory; -1: frames go as ever */
	int	 terminal;	/* standard output, while that is the paper */
};

void	 sheet_open(struct sheet *);
void	 sheet_close(struct sheet *);
/* What is written to standard output until sheet_end() ... False: it goes to
 * the terminal as it is, and sheet_end() is not to be called. */
bool	 sheet_begin(struct sheet *);
/* ... goes to the terminal between these two, also where it is nothing. */
void	 sheet_end(struct sheet *, const char *before, const char *behind);
/* Where the program ends in between: standard output is the terminal again. */
void	 sheet_give_back(void);

#endif
