/*
 * A line of a program's help, as each of them prints it.
 */
#ifndef COMMON_HELP_LINE_H
#define COMMON_HELP_LINE_H

/*
 * Prints what may be given, and behind it, from column cols on, what that does.
 * What leaves no two columns between them has a line of its own.
 */
void	 help_line(int cols, const char *given, const char *does);

#endif
