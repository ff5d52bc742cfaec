/*
 * The lines of a help text on standard output, in columns whatever the script.
 */
#include "common/help_line.h"

#include <stdio.h>
#include <string.h>

#include "common/text.h"

void
help_line(int cols, const char *given, const char *does)
{
	int wide = text_cols(given, strlen(given)) + 2;

	if (wide > cols - 2)
		printf("  %s\n%*s%s\n", given, cols, "", does);
	else
		printf("  %s%*s%s\n", given, cols - wide, "", does);
}
