// The taps of a convolution and its steps.
#ifndef LIMPID_WINDOW_H
#define LIMPID_WINDOW_H

#ifndef KH
#define KH 3  // taps of a column
#endif
#ifndef KW
#define KW 3  // taps of a row
#endif
#ifndef STRIDE
#define STRIDE 1
#endif
#ifndef DILATION
#define DILATION 1
#endif

#endif
