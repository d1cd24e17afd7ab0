// A stand-in for a syntax check: declarations of the engine's that the plugin uses, and no Unreal.
#pragma once

#include "Widgets/DeclarativeSyntaxSupport.h"

class SEditableTextBox : public SWidget {
public:
    SLATE_BEGIN_ARGS(SEditableTextBox) {}
    SLATE_END_ARGS()
    void Construct(const FArguments&);
    FText GetText() const;
};
