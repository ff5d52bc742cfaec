/*
 * The pager: a text laid over the message pane, to be read and closed. Help,
 * links, names, settings and folded messages are shown by it. Pure.
 */
#ifndef TUI_TEXT_PAGER_H
#define TUI_TEXT_PAGER_H

#include <stdbool.h>
#include <stddef.h>

/* Zeroed: closed. */
struct pager {
	bool	 open;
	char	*title;
	char	*text;		/* display form, with newlines */
	size_t	 len, cap;
	size_t	 top;		/* byte that the first row shown begins with */
	int	 rows, cols;	/* of its pane */
	int	 hang;		/* of what pager_add_row added */
	bool	 failed;	/* no memory: the end is missing */
};

/* Opens it, empty, in place of what it showed, in a pane of that size. */
void	 pager_open(struct pager *, const char *title, int rows, int cols);
/* Adds text; made displayable. */
void	 pager_add(struct pager *, const char *text, size_t len);
/* Adds a line: what stands in the left column, padded to cols, and the rest,
 * which goes on below itself where there is room. cols is the same for all. */
void	 pager_add_row(struct pager *, const char *left, int cols,
	    const char *right);
void	 pager_close(struct pager *);
/* Its pane is of that size now. */
void	 pager_fit(struct pager *, int rows, int cols);

/* Scrolls by rows, as far as there is text. */
void	 pager_move(struct pager *, int rows);
void	 pager_first(struct pager *);
void	 pager_last(struct pager *);

/* A row of the pane, from row 0; views. */
struct pager_row {
	const char	*text;
	size_t		 len;
	int		 indent;	/* columns before it */
};
/* Fills the rows that its pane shows; how many. */
int	 pager_rows(const struct pager *, struct pager_row *);
/* How much stands above the end of those, percent; 100: all was seen. */
int	 pager_percent(const struct pager *);

#endif
