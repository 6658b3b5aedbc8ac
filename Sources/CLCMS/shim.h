#include <lcms2.h>

// lcms2 builds these with function-like macros, which Swift does not import.
static const cmsUInt32Number limpidRGBFloat = TYPE_RGB_FLT;
static const cmsUInt32Number limpidGrayFloat = TYPE_GRAY_FLT;
static const cmsUInt32Number limpidLabFloat = TYPE_Lab_FLT;
static const cmsUInt32Number limpidCMYK8 = TYPE_CMYK_8;
static const cmsUInt32Number limpidCMYK16 = TYPE_CMYK_16;
