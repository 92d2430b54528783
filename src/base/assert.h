/* Assertions that stay in release builds: of what a caller could get wrong, where the check costs nothing
 * beside the work it guards. What a user could get wrong is an iso_error instead. */
#ifndef ISO_BASE_ASSERT_H
#define ISO_BASE_ASSERT_H

/* Ends the process, and so all ranks, unless truth holds. */
#define ISO_ASSERT(truth) ((truth) ? (void)0 : iso_assert_failed(__FILE__, __LINE__, #truth))

/* Says on stderr which assertion of which line failed, and aborts. file, line, text: of the assertion. */
_Noreturn void iso_assert_failed(const char *file, int line, const char *text);

#endif
