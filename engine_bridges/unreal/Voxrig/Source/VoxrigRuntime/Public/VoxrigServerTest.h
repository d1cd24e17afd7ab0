#pragma once

#include "CoreMinimal.h"

/** Asks a server who it is. For the game thread: Begin, then Poll until it says true. */
class VOXRIGRUNTIME_API FVoxrigServerTest
{
public:
	FVoxrigServerTest();
	~FVoxrigServerTest();

	void Begin(const FString& Host, int32 Port);

	/** Whether it is over. */
	bool Poll();

	bool HasWorked() const;

	/** What the server says of itself, or what is wrong and what to do; some lines. */
	FString GetText() const;

private:
	struct FImplementation;
	TSharedPtr<FImplementation> Implementation;
};
